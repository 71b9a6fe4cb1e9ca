// What clients send over a socket, and what they are sent: JSON, one object a frame.
const MOST_BYTES = 4096;
const LONGEST_TEXT = 1000;
const ID = /^[\w-]{1,40}$/;

export interface Message {
  readonly number: number;
  readonly from: string;
  readonly text: string;
  readonly at: string;
}

export type Asked =
  | { readonly type: "join"; readonly after: number }
  | { readonly type: "say"; readonly id: string; readonly text: string }
  | { readonly type: "typing" };

export type Told =
  | {
      readonly type: "joined";
      readonly messages: readonly Message[];
      readonly more: boolean;
      readonly people: string[];
    }
  | ({ readonly type: "message" } & Message)
  | { readonly type: "said"; readonly id: string; readonly number: number }
  | { readonly type: "came" | "left" | "typing"; readonly who: string }
  | Wrong;

export interface Wrong {
  readonly type: "error";
  readonly code: "too-large" | "malformed" | "too-fast" | "not-joined";
  readonly error: string;
}

/** The frame, or what is wrong with it. */
export function readFrame(given: string | ArrayBuffer): Asked | Wrong {
  if (typeof given !== "string") return wrong("malformed", "send text, no bytes");
  // A character has at least one byte; counting them is for those that may be short enough.
  if (given.length > MOST_BYTES || new TextEncoder().encode(given).length > MOST_BYTES) {
    return wrong("too-large", `a frame has at most ${MOST_BYTES} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(given);
  } catch {
    return wrong("malformed", "this is no JSON");
  }
  if (typeof value !== "object" || value === null) return wrong("malformed", "this is no JSON object");
  return understood(value as Record<string, unknown>);
}

export function wrong(code: Wrong["code"], error: string): Wrong {
  return { type: "error", code, error };
}

function understood({ type, after, id, text }: Record<string, unknown>): Asked | Wrong {
  if (type === "typing") return { type };
  if (type === "join") {
    if (typeof after === "number" && Number.isSafeInteger(after) && after >= 0) return { type, after };
    return wrong("malformed", "after is the number of the last message that you have, or 0");
  }
  if (type === "say") {
    if (typeof id !== "string" || !ID.test(id)) return wrong("malformed", "id has 1 to 40 letters, digits, - and _");
    if (typeof text === "string" && text.trim() !== "" && text.length <= LONGEST_TEXT) return { type, id, text };
    return wrong("malformed", `text has 1 to ${LONGEST_TEXT} characters`);
  }
  return wrong("malformed", "type is join, say or typing");
}
