/**
 * The table of waits as a person reads it, sharing no code with the product: "1–5 no wait; the 6th 60 s, then 120, 240,
 * 480 s; the 10th and on 30 min; from the 14th 1 h; the 100th disabled, 1 h to the caller". A success starts again.
 */
export class LadderModel {
  private wrong: number;
  private shutUntil = 0;

  constructor(wrongSoFar: number) {
    this.wrong = wrongSoFar;
  }

  /** Milliseconds to wait if the attempt is not looked at, else undefined. */
  attempt(at: number, right: boolean): number | undefined {
    if (this.wrong === 100) return 60 * 60 * 1000;
    if (at < this.shutUntil) return this.shutUntil - at;
    if (right) {
      this.wrong = 0;
      return undefined;
    }
    this.wrong++;
    this.shutUntil = at + this.minutes() * 60 * 1000;
    return undefined;
  }

  private minutes(): number {
    if (this.wrong <= 5) return 0;
    switch (this.wrong) {
      case 6:
        return 1;
      case 7:
        return 2;
      case 8:
        return 4;
      case 9:
        return 8;
      case 10:
      case 11:
      case 12:
      case 13:
        return 30;
      default:
        return 60;
    }
  }
}
