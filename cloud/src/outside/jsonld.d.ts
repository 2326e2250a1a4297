/** The part of jsonld that is used here: it brings no types of its own. */
declare module 'jsonld/lib/jsonld.js' {
  type RdfQuad = import('./rdf-quad.ts').RdfQuad;

  interface JsonLd {
    toRDF(
      document: unknown,
      options: {
        readonly base: string;
        /** Throws where it would leave out what it does not understand. */
        readonly safe: boolean;
        readonly documentLoader: (url: string) => Promise<never>;
      },
    ): Promise<RdfQuad[]>;
    /** Canonical N-Quads by RDFC-1.0. */
    canonize(
      nquads: string,
      options: {
        readonly inputFormat: 'application/n-quads';
        readonly canonizeOptions: { readonly algorithm: 'RDFC-1.0'; readonly maxWorkFactor: number };
      },
    ): Promise<string>;
  }
  const jsonld: JsonLd;
  export default jsonld;
}
