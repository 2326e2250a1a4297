import { isKnownZone } from '@meetbrug/protocols/observation';
import { z } from 'zod';

/** Name of a zone of the IANA time zone database. */
export const zoneSchema = z.string().max(64).refine(isKnownZone, 'a zone such as Europe/Brussels');
