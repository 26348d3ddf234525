/**
 * Headers that belong to the connection. Setting them would let the text of a header decide where a request ends
 * or which host it seems to be for (request smuggling, host spoofing).
 */
export const connectionHeaders: readonly string[] = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  'expect',
]
