// How many frames a socket may send: so many at once, and then so many a second.
const MOST = 20;
const A_SECOND = 5;

export interface Allowance {
  readonly left: number;
  readonly at: number;
}

export const FULL = { left: MOST } as const;

/** What is left after one frame more, or nothing when that is too much. */
export function spend(before: Allowance, now: number): Allowance | undefined {
  const left = Math.min(MOST, before.left + ((now - before.at) / 1000) * A_SECOND);
  return left < 1 ? undefined : { left: left - 1, at: now };
}
