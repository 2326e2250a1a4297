const REQUIREMENTS = 'http://www.opengis.net/spec/iot_sensing/1.1/req';

/**
 * The requirements classes of 18-088 that are met whole. Not among them: data arrays, which are read and not created,
 * and all that creates, changes or deletes.
 */
export const CONFORMANCE: readonly string[] = [
  `${REQUIREMENTS}/datamodel`,
  `${REQUIREMENTS}/resource-path/resource-path-to-entities`,
  `${REQUIREMENTS}/request-data`,
];
