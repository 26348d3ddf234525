import { read, readSync, writeSync } from 'node:fs'
import { parseJson } from '../../exact-json.ts'
import { type Frame, FrameReader, toFrame } from '../frames.ts'

const CHANNEL = 3
const QUESTIONS = 4
// Numbers keep their digits, as where Lockstep's own step types run.
const LIMITS = { json: 2 ** 31, bytes: 2 ** 31, parse: (json: string) => parseJson(json) }
const BUFFER_BYTES = 256 * 1024

// Taken before the code of the plugin is here, which can put anything in their places.
const write = writeSync
const readNow = readSync
const readLater = read
const exit = process.exit

/** Sends a message to the worker. It waits until the worker has taken it, so that nothing piles up here. */
export function send(message: object, bytes?: Uint8Array): void {
  writeAll(CHANNEL, toFrame(message, bytes))
}

function writeAll(fd: number, frame: Buffer): void {
  for (let sent = 0; sent < frame.length; ) {
    try {
      sent += write(fd, frame, sent)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) exit(0)
    }
  }
}

/** Calls back with each message of the worker, for as long as there is a worker. */
export function listen(onFrame: (frame: Frame) => void): void {
  const reader = new FrameReader(LIMITS)
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  const next = () =>
    readLater(CHANNEL, buffer, 0, buffer.length, null, (error, length) => {
      if (error?.code === 'EAGAIN') return void setTimeout(next, 1)
      if (error || length === 0) return exit(0)
      reader.add(Buffer.from(buffer.subarray(0, length)))
      // First, so that no error of what takes the frames ends this.
      next()
      for (let frame = reader.next(); frame; frame = reader.next()) onFrame(frame)
    })
  next()
}

/** Asks the worker and waits for the answer: for what a step calls without `await`. */
export function askNow(message: object): Readonly<Record<string, unknown>> {
  writeAll(QUESTIONS, toFrame(message))
  const reader = new FrameReader(LIMITS)
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  for (;;) {
    const frame = reader.next()
    if (frame) return frame.message
    const length = readSome(buffer)
    if (length === 0) exit(0)
    reader.add(Buffer.from(buffer.subarray(0, length)))
  }
}

function readSome(buffer: Buffer): number {
  for (;;) {
    try {
      return readNow(QUESTIONS, buffer)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return 0
    }
  }
}
