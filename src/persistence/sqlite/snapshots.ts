import type BetterSqlite3 from 'better-sqlite3';

type Look = () => Promise<void>;

/**
 * Looks that come in one turn of the event loop share a snapshot: taking one costs more than most questions do. It is taken
 * after the last of them came, so each sees whatever was committed before it was asked for.
 */
export function createSnapshots(handle: BetterSqlite3.Database): (look: Look) => void {
  const [begin, commit] = [handle.prepare('BEGIN'), handle.prepare('COMMIT')];
  let waiting: Look[] = [];
  // An open snapshot would keep the write-ahead log from being emptied. Whoever takes longer goes on with newer ones.
  const end = (): void => {
    if (handle.open && handle.inTransaction) commit.run();
  };
  function turn(): void {
    const looks = waiting;
    waiting = [];
    let left = looks.length;
    end();
    if (handle.open) begin.run();
    const ended = (): void => {
      left -= 1;
      if (left === 0) end();
    };
    for (const look of looks) void look().then(ended);
  }
  return (look) => {
    if (waiting.push(look) === 1) setImmediate(turn);
  };
}
