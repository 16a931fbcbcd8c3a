import { relative, sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose tests start programs: they take longest, and one that begins last would be waited for alone. */
const FIRST = ['crash', 'races', 'wire', 'docs', 'offline', 'client', 'timing'];

const place = ({ moduleId }: TestSpecification): number => {
  const [, folder = ''] = relative(process.cwd(), moduleId).split(sep);
  const at = FIRST.indexOf(folder);
  return at < 0 ? FIRST.length : at;
};

/** Files in the order of those folders, then all others. */
export class ProgramsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}
