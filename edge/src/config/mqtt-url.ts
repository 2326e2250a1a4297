import { z } from 'zod';

/** Address of an MQTT broker, over TCP or WebSocket. */
export const mqttUrl = z
  .url({ protocol: /^(mqtts?|wss?)$/, error: 'a URL that starts with mqtt://, mqtts://, ws:// or wss://' })
  .max(300);
