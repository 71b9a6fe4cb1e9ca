/** What a caller did wrong and may be told; anything else that is thrown is an error of ours, and tells nothing. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
