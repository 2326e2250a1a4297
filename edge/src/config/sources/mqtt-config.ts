import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';
import { mqttUrl } from '../mqtt-url.ts';
import { secretFile } from './secret-file.ts';
import { topicSchema } from './topic-config.ts';

/** The MQTT broker of a network server, a city platform or a row of sensors. */
export const mqttSourceSchema = z
  .strictObject({
    kind: z
      .literal('mqtt')
      .optional()
      .describe('A broker that the edge subscribes at; the kind of a source by default.'),
    name: nameSchema.describe('Name of the source in logs and metrics.'),
    url: mqttUrl.describe('The broker: mqtt://, mqtts:// (TLS), ws:// or wss:// (WebSocket).'),
    username: z.string().min(1).max(200).optional().describe('User name at that broker.'),
    passwordFile: secretFile.optional().describe('File that holds the password; its last line end is cut.'),
    caFile: secretFile
      .optional()
      .describe(
        'File with the certificates (PEM) of the authority that the broker is judged by; those that this machine trusts ' +
          'by default.',
      ),
    certificateFile: secretFile.optional().describe('File with the certificate (PEM) that this client shows.'),
    keyFile: secretFile.optional().describe('File with the key of that certificate (PEM).'),
    clientId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Client id; keep it the same, or the broker forgets what it kept. meetbrug-{edge}-{name} by default.'),
    topics: z
      .array(topicSchema)
      .min(1)
      .max(100)
      .describe(
        'Topic filters to subscribe to, at QoS 1: application/+/device/+/event/+, or a filter with its format.',
      ),
  })
  .superRefine(({ url, caFile, certificateFile, keyFile }, context) => {
    const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((certificateFile === undefined) !== (keyFile === undefined)) {
      fault('certificateFile', 'certificateFile and keyFile belong together: set both or none');
    }
    const isProtected = /^(?:mqtts|wss):/.test(url);
    if (!isProtected && (caFile !== undefined || certificateFile !== undefined)) {
      fault('url', 'certificates need TLS: begin the URL with mqtts:// or wss://');
    }
  });

export type MqttSourceConfig = z.output<typeof mqttSourceSchema>;
