/** Which renderer a member was published with. It rises when a renderer's bytes change; older renderers then stay. */
export const RENDER_VERSION = 1;
