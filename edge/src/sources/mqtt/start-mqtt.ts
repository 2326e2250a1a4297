import { readFileSync } from 'node:fs';
import type { MqttSourceConfig } from '../../config/sources/mqtt-config.ts';
import { divideMessages } from '../divide-messages.ts';
import type { RunningSource, StartSource } from '../start-source.ts';
import { compileTopicRules, subscriptionFilter } from '../topic-rules.ts';
import { connectUpstreamBroker } from './upstream-broker.ts';

/** Subscribes at a broker. */
export const startMqtt: StartSource<MqttSourceConfig> = (config, { edge, deliver, nowMs, observer, readSecret }) => {
  const { name, url, clientId, username, passwordFile, caFile, certificateFile, keyFile, topics } = config;
  const rules = topics.filter((topic) => typeof topic !== 'string');
  const file = (setting: string, path: string | undefined) =>
    path === undefined ? {} : { [setting]: readFileSync(path) };
  const broker = connectUpstreamBroker({
    url,
    clientId: clientId ?? `meetbrug-${edge}-${name}`,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readSecret('passwordFile', passwordFile) }),
    tls: { ...file('ca', caFile), ...file('cert', certificateFile), ...file('key', keyFile) },
    topics: topics.map(subscriptionFilter),
    deliver: divideMessages(deliver, compileTopicRules(rules), observer),
    nowMs,
    observer,
  });
  return Promise.resolve(broker satisfies RunningSource);
};
