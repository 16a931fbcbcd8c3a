import type { Auth } from '../../client/index.js';
import { escapeText } from '../escape-text.js';
import { formatTime } from '../format-time.js';
import type { Talk } from '../talk.js';

/** Tells the owner of an account what happened to it since they last looked. */
export function sayNotice(talk: Pick<Talk, 'say'>, notice: Auth.AccountNotice | undefined): void {
  if (notice?.lastSignInTime) {
    talk.say(`Last sign-in: ${formatTime(notice.lastSignInTime)}${from(notice.lastSignInAddress)}`);
  }
  if (notice?.failuresSince) talk.say(`Wrong passwords and codes since then: ${notice.failuresSince}`);
  for (const { eventTime, address, componentId } of notice?.passwordProvedOnly ?? []) {
    const when = eventTime ? formatTime(eventTime) : 'Since then';
    const where = `${from(address)} through ${escapeText(componentId)}`;
    talk.say(`WARNING: ${when} somebody had your password and no second factor${where}.`);
    talk.say('If it was not you, change it now: sallyport passwd');
  }
}

function from(address: string): string {
  return address ? ` from ${escapeText(address)}` : '';
}
