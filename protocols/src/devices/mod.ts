import { boschTps110 } from './bosch-tps110/profile.ts';
import { decentlabDlAtm41g2 } from './decentlab-dl-atm41g2/profile.ts';
import { decentlabDlBlg } from './decentlab-dl-blg/profile.ts';
import { decentlabDlCtd10 } from './decentlab-dl-ctd10/profile.ts';
import { decentlabDlLid } from './decentlab-dl-lid/profile.ts';
import { decentlabDlMbx } from './decentlab-dl-mbx/profile.ts';
import { decentlabDlPr26 } from './decentlab-dl-pr26-1bar/profile.ts';
import { decentlabDlPr36 } from './decentlab-dl-pr36-8192/profile.ts';
import { decentlabDlPr36ctd } from './decentlab-dl-pr36ctd-8192/profile.ts';
import { decentlabDlSht35 } from './decentlab-dl-sht35/profile.ts';
import type { DeviceProfile } from './device-profile.ts';
import { draginoLdds75 } from './dragino-ldds75/profile.ts';
import { draginoLht65n } from './dragino-lht65n/profile.ts';
import { esp32Paxcounter } from './esp32-paxcounter/profile.ts';
import { kellerAdt1 } from './keller-adt1/profile.ts';
import { milesightEm300Th } from './milesight-em300-th/profile.ts';
import { milesightEm310Udl } from './milesight-em310-udl/profile.ts';
import { milesightEm500Swl } from './milesight-em500-swl/profile.ts';
import { milesightEm500Udl } from './milesight-em500-udl/profile.ts';
import { milesightVs121 } from './milesight-vs121/profile.ts';
import { milesightVs133 } from './milesight-vs133/profile.ts';
import { milesightVs135 } from './milesight-vs135/profile.ts';
import { milesightVs350 } from './milesight-vs350/profile.ts';
import { milesightWts506 } from './milesight-wts506/profile.ts';
import { nwaveNps405 } from './nwave-nps405/profile.ts';
import { sensecapS2120 } from './sensecap-s2120/profile.ts';
import { terabeePeopleFlow } from './terabee-people-flow/profile.ts';
import { vegaVegapulsAir } from './vega-vegapuls-air/profile.ts';

export { type DeviceModel, modelOfProfile } from './device-model.ts';
export {
  type Channel,
  type CounterTraits,
  DECODE_FAULTS,
  type DecodedPayload,
  type DecodeFaultCode,
  type DeviceProfile,
  type Reading,
} from './device-profile.ts';

const PROFILES: readonly DeviceProfile[] = [
  milesightEm300Th,
  milesightEm310Udl,
  milesightEm500Swl,
  milesightEm500Udl,
  milesightVs121,
  milesightVs133,
  milesightVs135,
  milesightVs350,
  milesightWts506,
  draginoLht65n,
  draginoLdds75,
  boschTps110,
  decentlabDlAtm41g2,
  decentlabDlBlg,
  decentlabDlCtd10,
  decentlabDlLid,
  decentlabDlMbx,
  decentlabDlPr26,
  decentlabDlPr36,
  decentlabDlPr36ctd,
  decentlabDlSht35,
  esp32Paxcounter,
  kellerAdt1,
  nwaveNps405,
  sensecapS2120,
  terabeePeopleFlow,
  vegaVegapulsAir,
];

/** The built-in device profiles by id, which is the name of their folder. */
export const DEVICE_PROFILES: ReadonlyMap<string, DeviceProfile> = new Map(
  PROFILES.map((profile) => [profile.id, profile]),
);
