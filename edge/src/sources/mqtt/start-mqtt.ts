import type { MqttSourceConfig } from '../../config/sources/mqtt-config.ts';
import { divideMessages } from '../divide-messages.ts';
import type { RunningSource, StartSource } from '../start-source.ts';
import { compileTopicRules, subscriptionFilter } from '../topic-rules.ts';
import type { BrokerTls } from './dial-broker.ts';
import { connectUpstreamBroker } from './upstream-broker.ts';

/** Subscribes at a broker. */
export const startMqtt: StartSource<MqttSourceConfig> = (config, { edge, deliver, nowMs, observer, readSecret }) => {
  const { name, url, clientId, username, passwordFile, caFile, certificateFile, keyFile, topics } = config;
  const rules = topics.filter((topic) => typeof topic !== 'string');
  const pem = (option: keyof BrokerTls, setting: string, path: string | undefined) =>
    path === undefined ? {} : { [option]: Buffer.from(readSecret(setting, path)) };
  const broker = connectUpstreamBroker({
    url,
    clientId: clientId ?? `meetbrug-${edge}-${name}`,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readSecret('passwordFile', passwordFile) }),
    tls: {
      ...pem('ca', 'caFile', caFile),
      ...pem('cert', 'certificateFile', certificateFile),
      ...pem('key', 'keyFile', keyFile),
    },
    topics: topics.map(subscriptionFilter),
    deliver: divideMessages(deliver, compileTopicRules(rules), observer),
    nowMs,
    observer,
  });
  return Promise.resolve(broker satisfies RunningSource);
};
