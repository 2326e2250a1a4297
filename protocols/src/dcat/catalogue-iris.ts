import { streamIri } from '../ldes/stream-context.ts';
import { shapeIri } from '../oslo/shape-triples.ts';
import { type Iri, iri } from '../oslo/triple.ts';
import { themePath } from '../oslo/vocabulary.ts';
import type { Theme } from '../properties/mod.ts';
import type { CatalogueDataset } from './catalogue.ts';

type Stream = Pick<CatalogueDataset, 'organisation' | 'stream'>;

/**
 * The IRIs of a catalogue. A stream and the description of a view are called what the pages of the stream call them; all
 * else is a fragment of the catalogue, so that it is found there.
 * @param publicBaseUrl scheme, host, optional path prefix; no trailing slash
 */
export function catalogueIris(publicBaseUrl: string) {
  const catalogue = `${publicBaseUrl}/catalogue`;
  const fragment = (...names: readonly string[]): Iri => iri(`${catalogue}#${names.join('/')}`);
  const stream = ({ organisation, stream: name }: Stream): Iri => streamIri(publicBaseUrl, { organisation, name });
  const root = (of: Stream, view: string): Iri => iri(`${stream(of).value}/${view}`);
  return {
    catalogue: iri(catalogue),
    home: iri(`${publicBaseUrl}/`),
    rights: fragment('rechten'),
    restrictedRights: fragment('rechten-op-aanvraag'),
    publisher: (organisation?: string) =>
      organisation === undefined ? fragment('uitgever') : fragment('uitgever', organisation),
    contact: (organisation?: string) =>
      organisation === undefined ? fragment('contact') : fragment('contact', organisation),
    record: (of: Stream) => fragment('record', of.organisation, of.stream),
    distribution: (of: Stream, kind: string) => fragment('distributie', of.organisation, of.stream, kind),
    api: (name: string) => fragment('dienst', name),
    stream,
    root,
    view: (of: Stream, view: string) => iri(`${root(of, view).value}#description`),
    theme: (theme: Theme) => iri(`${publicBaseUrl}/id/${themePath(theme)}`),
    /** The shape that the document of a stream holds. */
    streamShape: (of: Stream) => iri(`${stream(of).value}#shape`),
    shape: (name: string) => shapeIri(publicBaseUrl, name),
    below: (path: string) => iri(`${publicBaseUrl}${path}`),
  };
}

export type CatalogueIris = ReturnType<typeof catalogueIris>;
