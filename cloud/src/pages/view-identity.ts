import type { ServedView } from '../views/served-views.ts';

/**
 * What the pages of a view on disk are kept under: its public URL, which holds everything of its definition that never
 * changes, and what retention has taken from it.
 */
export function viewIdentity(publicBaseUrl: string, view: ServedView): string {
  const { organisation, stream, definition, droppedVersion } = view;
  return `${publicBaseUrl}/ldes/${organisation}/${stream}/${definition.name} ${droppedVersion}`;
}
