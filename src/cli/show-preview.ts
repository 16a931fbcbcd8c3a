import type { Admin } from '../client/index.js';
import { types } from './message-types.js';
import type { Output } from './output.js';

/** What switching multi-factor authentication on would mean. For scripts the whole preview. */
export function showPreview(output: Output, preview: Admin.MfaPreview): void {
  const { peopleWithoutFactor, exemptAccounts, groups, morePeople, moreAccounts, moreGroups } = preview;
  const more = (there: boolean) => (there ? ' and more' : '');
  output.one(preview, types.preview, [
    ['people without a factor', () => `${peopleWithoutFactor.length}${more(morePeople)}`],
    ...peopleWithoutFactor.map(
      (person) => ['  they may enrol until', () => until(person.username, person.enrollUntilTime)] as const,
    ),
    ['exempt accounts', () => `${exemptAccounts.length}${more(moreAccounts)}`],
    ...exemptAccounts.map(
      ({ username, reason }) => ['  exempt', () => (reason ? `${username}: ${reason}` : username)] as const,
    ),
    ['groups in the way', () => `${groups.length}${more(moreGroups)}`],
    ...groups.map(({ name }) => ['  delete first', () => name] as const),
  ]);
}

function until(username: string, time: Date | undefined): string {
  return `${time ? `${time.toISOString().slice(0, 16).replace('T', ' ')}Z` : 'by enrolment code only'}  ${username}`;
}
