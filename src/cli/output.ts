import type { Cell } from './cell.js';
import { escapeText } from './escape-text.js';
import { type Codec, messageJson } from './message-json.js';
import type { Shell } from './shell.js';
import { type Column, card, table } from './table.js';

/** A type of message: its full name in the contract, and what encodes it. */
export type MessageType<Message> = readonly [name: string, codec: Codec<Message>];

/** What a command found, on stdout: tables for people, JSON for scripts. Remarks go to stderr. */
export interface Output {
  /** Messages of one type, below each other. */
  list<Message>(messages: readonly Message[], type: MessageType<Message>, columns: readonly Column<Message>[]): void;
  /** A whole answer, or for people these fields of it. */
  one<Message>(message: Message, type: MessageType<Message>, fields: readonly Column<Message>[]): void;
  /** What no message of the contract holds: fields for people, this value for scripts. */
  facts(value: object, fields: readonly (readonly [title: string, cell: Cell])[]): void;
  /** A secret that is shown once: alone on its line, so that a script can take it; as JSON the whole answer. */
  secret<Message>(text: string, message: Message, type: MessageType<Message>): void;
  /** That it was done, for people; for scripts the exit code says so. */
  done(sentence: string): void;
  /** A remark on stderr. The text must be escaped. */
  readonly say: (text: string) => void;
}

export function createOutput({ stdout, stderr }: Shell, json: boolean): Output {
  const print = (text: string) => stdout.write(`${text}\n`);
  const printJson = (value: unknown) => print(JSON.stringify(value, null, 2));
  return {
    list: (messages, [name, codec], columns) => {
      if (json) printJson(messages.map((message) => messageJson(name, codec, message)));
      else print(messages.length > 0 ? table(messages, columns) : '(none)');
    },
    one: (message, [name, codec], fields) => {
      if (json) printJson(messageJson(name, codec, message));
      else print(card(message, fields));
    },
    facts: (value, fields) => {
      if (json) printJson(value);
      else
        print(
          card(
            undefined,
            fields.map(([title, cell]) => [title, () => cell]),
          ),
        );
    },
    secret: (text, message, [name, codec]) => (json ? printJson(messageJson(name, codec, message)) : print(text)),
    done: (sentence) => {
      if (!json) print(escapeText(sentence));
    },
    say: (text) => stderr.write(`${text}\n`),
  };
}
