import {
  DataType,
  DataValue,
  OPCUACertificateManager,
  OPCUAServer,
  StatusCodes,
  type UAVariable,
  Variant,
} from 'node-opcua';
import type { StationCommand, StationOptions, StationReport, StationValue } from './station-messages.ts';

/** A pumping station that speaks OPC UA, in a process of its own so that a test can kill it. Its argument: the options. */
const options = JSON.parse(process.argv[2] ?? '{}') as StationOptions;
const CHANGING_REQUESTS = new Set(['WriteRequest', 'CallRequest', 'AddNodesRequest', 'DeleteNodesRequest']);

const certificates = new OPCUACertificateManager({
  automaticallyAcceptUnknownCertificate: true,
  rootFolder: options.pkiFolder,
});
await certificates.initialize();
const server = new OPCUAServer({
  port: options.port,
  hostname: '127.0.0.1',
  serverCertificateManager: certificates,
  userManager: { isValidUser: (name: string, password: string) => name === 'reader' && password === 'let me read' },
});
await server.initialize();
const { addressSpace } = server.engine;
if (addressSpace === null) throw new Error('the server has no address space');
for (const uri of options.namespacesBefore) addressSpace.registerNamespace(uri);
const namespace = addressSpace.registerNamespace(options.namespaceUri);
const station = namespace.addFolder(addressSpace.rootFolder.objects, { browseName: 'Station', nodeId: 's=Station' });
const variables = new Map<string, UAVariable>();
const held = new Map<string, DataValue>();
/** Called when a value is looked at: sampled for a subscription, mostly. */
const looked = new Map<string, () => void>();
for (const { name, unit } of options.variables) {
  held.set(name, new DataValue({ statusCode: StatusCodes.UncertainInitialValue }));
  const shared = {
    componentOf: station,
    browseName: name,
    nodeId: `s=${name}`,
    minimumSamplingInterval: 10,
    dataType: 'Double',
    value: {
      timestamped_get: () => {
        looked.get(name)?.();
        return held.get(name) as DataValue;
      },
    },
  } as const;
  const analog = {
    engineeringUnitsRange: { low: -1e9, high: 1e9 },
    engineeringUnits: { namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact', ...unit },
  };
  const variable =
    unit === undefined ? namespace.addVariable(shared) : namespace.addAnalogDataItem({ ...shared, ...analog });
  variables.set(name, variable);
}
let changes = 0;
server.on('request', (request: object) => {
  if (CHANGING_REQUESTS.has(request.constructor.name)) changes += 1;
});
await server.start();

const report = (message: StationReport) => process.send?.(message);
const set = ({ name, value, status = 'Good', time }: StationValue) => {
  const [sourceTimestamp, serverTimestamp] = [new Date(time), new Date(time)];
  const variant = new Variant({ dataType: DataType.Double, value });
  held.set(name, new DataValue({ value: variant, statusCode: StatusCodes[status], sourceTimestamp, serverTimestamp }));
};
const isLookedAt = (name: string) => new Promise<void>((resolve) => looked.set(name, resolve));
process.on('message', async (command: StationCommand) => {
  if (command.kind === 'set') for (const value of command.values) set(value);
  if (command.kind === 'ramp') {
    for (let value = command.from; value <= command.to; value += 1) {
      for (const name of command.names) set({ name, value, time: value * 1_000 });
      await Promise.all(command.names.map(isLookedAt));
    }
  }
  if (command.kind === 'remove') {
    const variable = variables.get(command.name);
    if (variable !== undefined) addressSpace.deleteNode(variable);
  }
  report({ kind: 'done', id: command.id, changes, sessions: server.engine.currentSessionCount });
});
process.on('disconnect', () => process.exit(0));
report({ kind: 'ready', port: server.endpoints[0]?.port ?? options.port });
