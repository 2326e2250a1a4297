import { PAGE_0, ROOT, STREAM_DOCUMENT } from './documents.ts';
import { add, drop, EVERYWHERE, edit, type Mutant, SOUND, swap } from './mutation.ts';

const LDES = 'https://w3id.org/ldes#';
const TREE = 'https://w3id.org/tree#';
const XSD = 'http://www.w3.org/2001/XMLSchema#';
const TYPE = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
const BY_TIME = /\/by-time$/;

/** Says something of the stream on its root. */
const say = (term: string, value: string) => add(ROOT, (iri) => [`${iri('')} <${LDES}${term}> ${value}`]);

/** A server that breaks it, for each rule about the stream and its views. */
export const STREAM_MUTANTS: Readonly<Record<string, Mutant>> = {
  'the stream is typed ldes:EventStream on the page of the root node': { broken: drop(ROOT, /#EventStream>/) },
  'the stream links to its root node with tree:view, and that answers with RDF': { broken: drop(ROOT, /tree#view>/) },
  'each property of the stream has at most one value': { broken: say('timestampPath', '<urn:other>') },
  'each path of the stream is an IRI or an rdf:List of IRIs': {
    broken: swap(ROOT, /(#timestampPath>) <[^>]+>/g, '$1 "created"'),
  },
  'tree:shape leads to an sh:NodeShape': { broken: drop(EVERYWHERE, /#NodeShape>/) },
  'ldes:timestampPath leads to an xsd:dateTime from every member': {
    broken: swap(PAGE_0, /(#generatedAtTime> "[^"]+")\^\^<[^>]+>/g, '$1'),
  },
  'ldes:sequencePath leads to a literal with an order from every member': {
    broken: drop(PAGE_0, /schema\.org\/position>/),
  },
  'ldes:versionOfPath leads to an IRI from every member': {
    broken: swap(PAGE_0, /(\/isVersionOf>) <[^>]+>/g, '$1 "thing"'),
  },
  'ldes:versionTimestampPath leads to an xsd:dateTime from every member': { broken: drop(PAGE_0, /\/resultTime>/) },
  'ldes:versionSequencePath leads to one value from every member': {
    sound: say('versionSequencePath', '<https://schema.org/position>'),
    broken: say('versionSequencePath', '<urn:no-such-predicate>'),
  },
  'ldes:transactionPath leads to one transaction from every member': {
    sound: say('transactionPath', '<http://purl.org/dc/terms/isVersionOf>'),
    broken: say('transactionPath', '<urn:no-such-predicate>'),
  },
  'ldes:pollingInterval is a whole number of seconds': {
    broken: swap(ROOT, /(#pollingInterval>) "5"\^\^<[^>]+>/g, '$1 "PT5S"'),
  },
  'a version materialization names its stream by IRI and its instant as xsd:dateTime': {
    sound: say('versionMaterializationUntil', `"2026-01-01T00:00:00Z"^^<${XSD}dateTime>`),
    broken: say('versionMaterializationUntil', '"yesterday"'),
  },
  'the marker of a version or of a finished transaction is a term, not a node without a name': {
    sound: say('versionDeleteObject', '<https://www.w3.org/ns/activitystreams#Delete>'),
    broken: say('versionDeleteObject', '_:marker'),
  },
  'every xsd:dateTime says its time zone': { broken: swap(PAGE_0, 'Z"^^', '"^^') },
  'the document of the stream says the same of the stream as the page of the root node': {
    broken: drop(STREAM_DOCUMENT, /#sequencePath>/),
  },
  'from the URL given to a client exactly one root node is found': {
    broken: add(STREAM_DOCUMENT, (iri) => [`${iri('')} <${TREE}view> ${iri('/by-time')}`]),
  },
  'the document of the stream has one tree:view': {
    broken: add(STREAM_DOCUMENT, (iri) => [`${iri('')} <${TREE}view> ${iri('/by-time')}`]),
  },
  'the root node has at most one tree:viewDescription': {
    broken: add(ROOT, (iri) => [`${iri('/by-page')} <${TREE}viewDescription> <urn:other>`]),
  },
  'the description of the view is typed as service, distribution, search tree or event source': {
    broken: drop(ROOT, /#(?:DataService|EventSource)>/),
  },
  'ldes:EventSource is said of the view or of its description only': {
    broken: add(PAGE_0, (iri) => [`${iri('')} ${TYPE} <${LDES}EventSource>`]),
  },
  'the view has at most one retention policy': {
    view: 'by-time',
    broken: add(BY_TIME, (iri) => [`${iri('/by-time')} <${LDES}retentionPolicy> _:another`]),
  },
  'each property of a retention policy has one value of its datatype': {
    view: 'by-time',
    broken: swap(BY_TIME, /(#fullLogDuration>) "[^"]+"/g, '$1 "36500 days"'),
  },
  'a retention policy of an older class has the value that the class needs': {
    view: 'by-time',
    broken: drop(BY_TIME, /_:vr <https:\/\/w3id\.org\/tree#value>/),
  },
  'a retention policy says the same in the terms of LDES 1.0 and in the older classes': {
    view: 'by-time',
    broken: swap(BY_TIME, /(#fullLogDuration>) "[^"]+"/g, '$1 "P1D"'),
  },
  'links between pages are relative where the format can say them so': {
    sound: edit(EVERYWHERE, (text, iri) => text.replaceAll(iri('/by-page/').slice(0, -1), '<by-page/'), 'text/turtle'),
    broken: SOUND,
  },
};
