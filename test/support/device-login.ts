import { sendForm } from './app-sign-in.ts'
import type { Client } from './client.ts'

export const COMMAND_LINE = 'lockstep-cli'

export interface DeviceCodes {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval: number
}

/** A command line asks for codes. */
export async function askForDevice(anybody: Client): Promise<DeviceCodes> {
  const { text } = await sendForm(anybody, '/api/oauth/device', { client_id: COMMAND_LINE })
  return JSON.parse(text)
}

/** It asks whether somebody has let it in. @returns the tokens, or the error. */
export async function redeemDevice(anybody: Client, code: string, client = COMMAND_LINE) {
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
  const { status, text } = await sendForm(anybody, '/api/oauth/token', {
    grant_type,
    device_code: code,
    client_id: client,
  })
  return { status, ...JSON.parse(text) }
}

/** A person decides about the code. */
export async function decideDevice(person: Client, userCode: string, allow: boolean, headers = {}) {
  return person.request('/api/oauth/device/consent', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ user_code: userCode, allow }),
  })
}
