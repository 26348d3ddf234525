import { AppError } from '../errors.ts'

/**
 * Says which variable keeps a server from listening. Another start would meet the same again.
 *
 * @returns a handler of the error, which always throws: AppError INVALID_CONFIG, or the error when it is another one.
 */
export function refuseToListen(
  variable: 'PORT' | 'LOCKSTEP_WORKER_PORT',
  host: string,
  port: number,
): (error: unknown) => never {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const reason = reasonOf(code, variable, host, port)
    throw reason === undefined ? error : new AppError('INVALID_CONFIG', reason, { cause: error })
  }
}

function reasonOf(code: unknown, variable: string, host: string, port: number): string | undefined {
  switch (code) {
    case 'EADDRINUSE':
      return `${variable} is ${port}, but another program listens there on ${host}. Stop it, or set ${variable} to another port.`
    case 'EACCES':
      return `${variable} is ${port}, on which this user may not listen. Set ${variable} to a port from 1024 on.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `HOST is ${host}, which is no address of this machine. Set HOST to one of its own, such as 0.0.0.0.`
    default:
      return undefined
  }
}
