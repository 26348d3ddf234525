import type { Socket } from 'node:net'
import type { Answer, ExchangeOptions } from './answer.ts'
import type { OutgoingRequest } from './outgoing-request.ts'

/** A connection to a checked address, over which requests go one after the other or, in HTTP/2, at once. */
export interface HttpConnection {
  /** The address at its other end, or behind its tunnel, in the spelling of a checked one. Empty if it is gone. */
  readonly address: string
  /** Whether it may be kept. Never again once an exchange over it has not ended as it should. */
  readonly isSound: boolean
  /** Whether it is sound and takes another request now. */
  readonly isFree: boolean
  /** Whether no request is under way. */
  readonly isIdle: boolean
  /** Whether it takes several requests at once. */
  readonly isShared: boolean
  /**
   * Sends a request and reads the answer. Rejects with the reason of the signal, with {@link Unanswered}, with an
   * AppError, or with whatever else the network gives.
   */
  exchange(request: OutgoingRequest, options: ExchangeOptions): Promise<Answer>
  /** Ends it with all that is under way. The promise is kept once its socket is closed. */
  close(): Promise<void>
  onClose(listener: () => void): void
}

interface Loss {
  /** The server has provably not acted on the request. */
  isUntouched: boolean
  /** The server answers this request over HTTP/1.1 only. */
  wantsHttp1?: boolean
}

/** Nothing of an answer has come, and nothing will. */
export class Unanswered extends Error {
  /** Of the failure that it is described as. */
  readonly code = 'ECONNRESET'
  readonly isUntouched: boolean
  readonly wantsHttp1: boolean

  constructor({ isUntouched, wantsHttp1 = false }: Loss) {
    super('unanswered')
    this.isUntouched = isUntouched
    this.wantsHttp1 = wantsHttp1
  }
}

/** The head of an answer has come, and the connection ended before its whole body had. */
export class CutShort extends Error {
  /** Of the failure that it is described as. */
  readonly code = 'ANSWER_CUT_SHORT'

  constructor() {
    super('cut short')
  }
}

/** Kept once the socket is closed, for whatever reason. */
export function closeOf(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (socket.closed) resolve()
  else socket.once('close', () => resolve())
  return promise
}
