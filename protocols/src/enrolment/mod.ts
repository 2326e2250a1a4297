export {
  ENROLMENT_BODY_BYTES_MAX,
  ENROLMENT_PATH,
  ENROLMENT_REFUSALS,
  ENROLMENT_VERSION,
  type EnrolmentRefusal,
  type EnrolRequest,
  enrolRequestSchema,
  type Issued,
  issuedSchema,
  proofText,
  RENEWAL_PATH,
  type RenewRequest,
  refusalSchema,
  renewRequestSchema,
} from './enrolment-messages.ts';
export { formatInvitationCode, type Invitation, parseInvitationCode } from './invitation-code.ts';
