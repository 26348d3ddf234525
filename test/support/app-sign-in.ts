import { createHash, randomBytes } from 'node:crypto'
import type { Client } from './client.ts'

export const APP = 'board'
export const APP_ADDRESS = 'https://app.example/callback'
export const APP_SETTINGS = {
  LOCKSTEP_APPS: `${APP}=${APP_ADDRESS},other=https://other.example/back`,
  LOCKSTEP_CORS_ORIGINS: 'https://app.example,http://localhost:5173',
}

export interface AppTokens {
  access_token: string
  refresh_token: string
  expires_in: number
}

export const newVerifier = (): string => randomBytes(32).toString('base64url')
const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')

/** What an app asks for, as the parameters of the page `/authorize`. */
export const requestOf = (verifier: string): Record<string, string> => ({
  response_type: 'code',
  client_id: APP,
  redirect_uri: APP_ADDRESS,
  code_challenge: challengeOf(verifier),
  code_challenge_method: 'S256',
  state: 'xyz',
})

/** The person allows the app. @returns the address to which the browser is sent. */
export async function consentOf(person: Client, verifier: string): Promise<URL> {
  const body = JSON.stringify({ ...requestOf(verifier), allow: true })
  const headers = { 'content-type': 'application/json' }
  const { text } = await person.request('/api/oauth/consent', { method: 'POST', headers, body })
  return new URL(JSON.parse(text).to)
}

/** Sends a form, as OAuth does. */
export function sendForm(client: Client, path: string, form: Record<string, string>, headers = {}) {
  return client.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  })
}

export const exchangeOf = (code: string, verifier: string) => ({
  grant_type: 'authorization_code',
  client_id: APP,
  redirect_uri: APP_ADDRESS,
  code,
  code_verifier: verifier,
})

/** The whole way to the tokens of an app that acts for this person. */
export async function appTokensOf(person: Client, anybody: Client): Promise<AppTokens> {
  const verifier = newVerifier()
  const code = (await consentOf(person, verifier)).searchParams.get('code') ?? ''
  const { text } = await sendForm(anybody, '/api/oauth/token', exchangeOf(code, verifier))
  return JSON.parse(text)
}
