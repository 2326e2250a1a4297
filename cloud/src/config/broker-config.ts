import { z } from 'zod';

const file = (what: string) =>
  z.string().min(1).max(4_096).describe(`File with ${what}, relative to this configuration file.`);

/** A broker of others that carries the link: Mosquitto, a cluster, the one of a network server. */
export const brokerSchema = z.strictObject({
  url: z
    .url({ protocol: /^(?:mqtts?|wss?)$/ })
    .max(300)
    .refine((url) => new URL(url).password === '', 'must not hold a password: use passwordFile')
    .describe(
      'Address of the broker: mqtt://, mqtts://, ws:// or wss://. An edge is known by its topic alone, so the broker must ' +
        'let an edge publish and subscribe only below meetbrug/v1/{its name}/ (Mosquitto: "pattern readwrite ' +
        'meetbrug/v1/%u/#"), and this cloud below meetbrug/v1/ alone.',
    ),
  username: z.string().min(1).max(200).optional().describe('User name at the broker.'),
  passwordFile: file('the password at the broker').optional(),
  caFile: file('the certificates (PEM) that the broker’s may be signed by; without it the public ones').optional(),
  clientId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 letters, digits, dots, hyphens and underscores')
    .default('meetbrug-cloud')
    .describe('MQTT client identifier; two clouds at one broker need different ones.'),
});

export type BrokerConfig = z.infer<typeof brokerSchema>;

/** A broker with what its files hold. */
export interface BrokerAccess extends Pick<BrokerConfig, 'url' | 'username' | 'clientId'> {
  readonly password?: string;
  readonly ca?: string;
}
