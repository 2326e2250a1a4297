export {
  CONNECT_BYTES_MAX,
  createPacketGate,
  type GateRefusal,
  type GateVerdict,
  PACKET_HEADER_ALLOWANCE_BYTES,
  type PacketGate,
  TOPIC_BYTES_MAX,
} from './packet-gate.ts';
