import { once } from './once.ts'

/**
 * An expression that is read when it is first asked for. V8 takes milliseconds to read one with many classes of Unicode,
 * there are dozens, and every process and thread of the house loads them, whether it will see a text or not.
 */
export const pattern = (source: string, flags: string): (() => RegExp) => once(() => new RegExp(source, flags))
