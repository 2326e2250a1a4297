import { nameSchema } from '@meetbrug/protocols/observation';
import { UNIT_CODES } from '@meetbrug/protocols/properties';
import { deviceIdSchema } from '@meetbrug/protocols/uplinks';
import { z } from 'zod';

/** As OPC UA Part 6, 5.3.1.10 writes it, with the namespace by URI: its index may change when the server starts again. */
const NODE_ID = /^nsu=[^;\s]{1,200};[isgb]=.{1,200}$/s;
const FINGERPRINT = /^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$/;

const nodeSchema = z.strictObject({
  node: z
    .string()
    .max(410)
    .regex(NODE_ID, 'write the namespace by its URI: nsu=urn:example:station;s=PS01.Level')
    .describe('Node to read, nsu=<namespace URI>;s=<name> (or i=, g=, b=).'),
  device: deviceIdSchema.describe('The device that the value belongs to: the id of an entry of devices.'),
  field: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'letters, digits and _')
    .describe("Name of the value: a path in the fields of the device's model."),
  unit: z
    .enum(UNIT_CODES)
    .optional()
    .describe('What the node must be in. A server that states another unit gives no value of it, but a fault.'),
  deadband: z
    .number()
    .min(0)
    .max(1e9)
    .default(0)
    .describe("Smaller changes are not reported, in the node's own unit; 0 reports every change."),
});

export type OpcUaNode = z.infer<typeof nodeSchema>;

/** A station or plant that speaks OPC UA; it is only read. */
export const opcUaSchema = z
  .strictObject({
    kind: z.literal('opc-ua'),
    name: nameSchema.describe('Name of the source in logs and metrics.'),
    url: z
      .string()
      .max(300)
      .regex(/^opc\.tcp:\/\/[^\s/]+(?:\/\S*)?$/, 'begins with opc.tcp://')
      .describe('Endpoint of the server: opc.tcp://10.0.0.5:4840'),
    trustedServers: z
      .array(
        z
          .string()
          .regex(FINGERPRINT, 'SHA-256 of a certificate, 64 hex digits')
          .transform((text) => text.replaceAll(':', '').toLowerCase()),
      )
      .max(20)
      .default([])
      .describe('SHA-256 fingerprints of the server certificates to trust; the edge names one that it refuses.'),
    security: z
      .enum(['sign-and-encrypt', 'sign', 'insecure-none'])
      .default('sign-and-encrypt')
      .describe(
        'Protection of the channel. insecure-none is for a laboratory: anybody on the way can read and change.',
      ),
    securityPolicy: z
      .enum(['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'])
      .default('Basic256Sha256')
      .describe('Set of algorithms, which the server must offer.'),
    username: z.string().min(1).max(200).optional().describe('User at the server; anonymous without it.'),
    passwordFile: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .describe('File that holds the password; its last line end is cut.'),
    samplingIntervalMs: z
      .int()
      .min(10)
      .max(86_400_000)
      .default(1_000)
      .describe('How often the server looks at a node, in milliseconds.'),
    publishingIntervalMs: z
      .int()
      .min(50)
      .max(86_400_000)
      .default(1_000)
      .describe('How often the server reports what it has seen, in milliseconds.'),
    silenceMaxSeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(30)
      .describe(
        'A connection on which nothing comes for so long, not even a sign of life, is broken and restored, in seconds. What ' +
          'the server kept meanwhile comes then.',
      ),
    queueSize: z
      .int()
      .min(2)
      .max(100_000)
      .default(1_000)
      .describe('Values of a node that the server keeps between two reports, and while the connection is away.'),
    waitingMessagesMax: z
      .int()
      .min(100)
      .max(1_000_000)
      .default(10_000)
      .describe(
        'Messages that wait for a commit. When half of them do, the server is asked to keep what it has; what is more than ' +
          'all is dropped and counted.',
      ),
    nodes: z.array(nodeSchema).min(1).max(1_000).describe('What is read.'),
  })
  .superRefine(({ nodes, username, passwordFile }, context) => {
    const seen = new Set<string>();
    nodes.forEach(({ device, field }, index) => {
      const name = `${device} ${field}`;
      if (seen.has(name)) {
        const message = `${field} of ${device} is read from another node already: give it another name`;
        context.addIssue({ code: 'custom', path: ['nodes', index, 'field'], message });
      }
      seen.add(name);
    });
    if ((username === undefined) !== (passwordFile === undefined)) {
      const message = 'username and passwordFile belong together: set both or none';
      context.addIssue({ code: 'custom', path: ['username'], message });
    }
  });

export type OpcUaConfig = z.output<typeof opcUaSchema>;
