import { z } from 'zod';
import { mqttUrl } from './mqtt-url.ts';

const file = z.string().min(1).max(1_000);
const TLS_URL = /^(?:mqtts|wss):/;

/** How the edge reaches the cloud, and who it is there. */
export const cloudSchema = z
  .strictObject({
    url: mqttUrl
      .default('mqtt://127.0.0.1:1884')
      .describe('The cloud that takes the observations; a WebSocket without a path goes to /mqtt.'),
    secretFile: file
      .optional()
      .describe(
        'File that holds the secret of this edge, relative to the configuration file. For a cloud without TLS.',
      ),
    identityDir: file
      .optional()
      .describe(
        'Folder for the key and certificate that "meetbrug-edge enrol" gets, relative to the configuration file.',
      ),
    caFile: file
      .optional()
      .describe(
        'File with the certificates (PEM) of the authority that the server at url is judged by, relative to the ' +
          'configuration file. Those that this machine trusts by default. With secretFile.',
      ),
    enrolUrl: z
      .url({ protocol: /^https?$/, error: 'a URL that starts with http:// or https://' })
      .max(300)
      .optional()
      .describe("The cloud's HTTP server, for enrolling and renewing. With wss:// it is the same server by default."),
    ackTimeoutMs: z
      .int()
      .min(100)
      .max(600_000)
      .default(30_000)
      .describe(
        'A batch without an acknowledgement for this long is sent again. A longer time is taken where the cloud is seen ' +
          'to need it, and after each time that it was too short.',
      ),
    batchesInFlightMax: z
      .int()
      .min(2)
      .max(64)
      .default(8)
      .describe(
        'Most batches that wait for an acknowledgement at one time. Fewer do while acknowledgements are slow or missing.',
      ),
    reconnectMsMax: z
      .int()
      .min(100)
      .max(3_600_000)
      .default(30_000)
      .describe('Longest wait before the next attempt to connect, or to be welcomed; it doubles from half a second.'),
    keepaliveSeconds: z
      .int()
      .min(1)
      .max(3_600)
      .default(60)
      .describe(
        'How often a silent connection is tried: the MQTT keep-alive, and the longest silence of the cloud before the ' +
          'edge asks whether it is there.',
      ),
    silenceMsMax: z
      .int()
      .min(1_000)
      .max(3_600_000)
      .default(120_000)
      .describe(
        'A connection on which the cloud owes an answer and says nothing for this long is closed and opened anew. At ' +
          'least ackTimeoutMs.',
      ),
  })
  .superRefine((cloud, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const { identityDir, secretFile, caFile, url, ackTimeoutMs, silenceMsMax } = cloud;
    if (silenceMsMax < ackTimeoutMs) fault('silenceMsMax', `must be at least ackTimeoutMs, ${ackTimeoutMs}`);
    if (caFile !== undefined) {
      if (identityDir !== undefined) fault('caFile', 'leave it out: enrolling gave the authority, in identityDir');
      else if (!TLS_URL.test(url)) fault('caFile', 'leave it out: only mqtts:// and wss:// show a certificate');
    }
    if (identityDir === undefined) {
      if (secretFile === undefined)
        fault('secretFile', 'name a file with the secret, or an identityDir for a certificate');
      return;
    }
    if (secretFile !== undefined) fault('secretFile', 'leave it out: identityDir says who this edge is');
    if (!TLS_URL.test(url)) fault('url', 'must start with mqtts:// or wss:// to show a certificate');
    if (enrolUrlOf(cloud) === undefined)
      fault('enrolUrl', "name the cloud's HTTP server: the certificate is renewed there");
  });

export type CloudConfig = z.infer<typeof cloudSchema>;

/** The HTTP server where this edge enrols; undefined when the configuration does not say. */
export function enrolUrlOf({ enrolUrl, url }: Pick<CloudConfig, 'enrolUrl' | 'url'>): string | undefined {
  if (enrolUrl !== undefined) return enrolUrl;
  const link = new URL(url);
  return link.protocol === 'wss:' ? `https://${link.host}` : undefined;
}
