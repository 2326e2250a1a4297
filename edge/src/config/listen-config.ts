import { z } from 'zod';

const LOOPBACK = '127.0.0.1';

export const host = z
  .string()
  .min(1)
  .max(253)
  .default(LOOPBACK)
  .describe('Address to listen on; nothing beyond this machine can connect until it is changed.');
export const port = z.int().min(0).max(65_535).describe('TCP port; 0 takes a free one.');
