/** One value of a program's `/metrics`. Throws when it has none of that name. */
export async function readMetric(httpUrl: string, name: string): Promise<number> {
  const response = await fetch(`${httpUrl}/metrics`);
  const text = await response.text();
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`${httpUrl}/metrics (${response.status}) has no ${name}`);
  return Number(value);
}
