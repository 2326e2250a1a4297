import { formatInstant, organisationIris, propertyIri } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, UNIT_SYMBOLS } from '@meetbrug/protocols/properties';
import type { DescribedDatastream } from './described-datastreams.ts';
import type { Place } from './place-history.ts';
import type { PropertyValue } from './values.ts';

type Properties = Record<string, PropertyValue>;

/** What the entities say, in Dutch where people read it. Each names the IRI under which the event streams know it. */
export interface EntityTexts {
  thing(one: DescribedDatastream, place: Place | undefined): Properties;
  location(one: DescribedDatastream, place: Place): Properties;
  datastream(one: DescribedDatastream): Properties;
  sensor(one: DescribedDatastream): Properties;
  property(one: DescribedDatastream): Properties;
  feature(one: DescribedDatastream): Properties;
}

/** 18-088 table 12: what the result of a datastream is. */
const OBSERVATION_TYPES = {
  quantity: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
  count: 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation',
};
const GEOJSON = 'application/geo+json';
const DIRECTIONS = { in: 'richting in', out: 'richting uit' };

export function createEntityTexts(publicBaseUrl: string): EntityTexts {
  const irisOf = ({ organisation }: DescribedDatastream) => organisationIris(publicBaseUrl, organisation);

  return {
    thing(one, place) {
      const { organisation, description, names } = one;
      const name = place?.label ?? description.measuringPoint.label;
      const { samples } = description.measuringPoint;
      return {
        name,
        description:
          samples === undefined ? `Hier wordt gemeten: ${name}` : `Hier wordt gemeten: ${name}, ${samples.label}`,
        properties: {
          iri: irisOf(one).measuringPoint(names.measuringPoint),
          organisation,
          ...(samples === undefined ? {} : { samples: irisOf(one).sampledFeature(samples.name) }),
        },
      };
    },
    location: (one, place) => ({
      name: place.label,
      description: `Plaats van meetpunt ${place.label}`,
      encodingType: GEOJSON,
      location: geoJson(place),
      properties: {
        measuringPoint: irisOf(one).measuringPoint(one.names.measuringPoint),
        organisation: one.organisation,
      },
    }),
    datastream(one) {
      const { organisation, theme, description } = one;
      const { measuringPoint, procedure, direction, contact, licence } = description;
      const property = OBSERVED_PROPERTIES[description.property];
      const iris = irisOf(one);
      return {
        name: `${property.label.nl} ${measuringPoint.label}${direction === undefined ? '' : `, ${DIRECTIONS[direction]}`}`,
        description: `${property.definition.nl} ${procedure.label}.`,
        observationType: OBSERVATION_TYPES[property.kind],
        unitOfMeasurement: {
          name: property.unit,
          symbol: UNIT_SYMBOLS[property.unit].nl,
          definition: property.qudtUnit,
        },
        observedArea: geoJson(measuringPoint),
        properties: {
          iri: iris.datastream(description.datastream),
          key: description.datastream,
          organisation,
          theme,
          eventStream: iris.stream(theme),
          ...(direction === undefined ? {} : { direction }),
          procedure: { ...procedure, iri: iris.procedure(procedure.name) },
          licence,
          ...(contact === undefined ? {} : { contact }),
          validFrom: formatInstant(description.validFromMs),
        },
      };
    },
    sensor(one) {
      const { name, manufacturer, model } = one.description.sensor;
      const iri = irisOf(one).sensor(name);
      return {
        name: `${manufacturer} ${model} ${name}`,
        description: `${manufacturer} ${model}`,
        encodingType: 'application/ld+json',
        metadata: iri,
        properties: { iri, organisation: one.organisation, manufacturer, model },
      };
    },
    property({ description }) {
      const { key, path, label, definition, quantityKind } = OBSERVED_PROPERTIES[description.property];
      return {
        name: label.nl,
        definition: propertyIri(publicBaseUrl, path),
        description: definition.nl,
        properties: { key, label, quantityKind },
      };
    },
    feature(one) {
      const { measuringPoint, direction } = one.description;
      const name = `${measuringPoint.label}${direction === undefined ? '' : `, ${DIRECTIONS[direction]}`}`;
      return {
        name,
        description: `Wat bij meetpunt ${name} gemeten wordt`,
        encodingType: GEOJSON,
        feature: geoJson(measuringPoint),
        properties: {
          iri: irisOf(one).measuringPoint(measuringPoint.name, direction),
          organisation: one.organisation,
        },
      };
    },
  };
}

function geoJson({ longitude, latitude }: { readonly longitude: number; readonly latitude: number }) {
  return { type: 'Point', coordinates: [longitude, latitude] };
}
