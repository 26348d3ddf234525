import { authority } from './smtp-world.ts'

export const password = 'CANARY-pass+word/42'
export const secrets = { PASSWORD: password }
export const signIn = { username: 'robot', password: '{{ secrets.PASSWORD }}' }
export const mail = {
  host: 'smtp.test',
  from: 'robot@example.com',
  to: ['ann@example.com'],
  subject: 'Hi',
  text: 'Hello.',
}
export const trusting = { ...mail, certificateAuthority: authority.pem }
