import { Anchor, Checkbox, PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { sendCode, signIn } from '../api/accounts.ts'
import { AccountForm, EmailField } from './account-form.tsx'

/** Asks for the password, and for a code when the account has a second factor. */
export function SignInForm({ onDone }: { onDone: () => void }) {
  const [asksCode, setAsksCode] = useState(false)
  const [trusts, setTrusts] = useState(false)
  const sendPassword = async (read: (field: string) => string) => {
    const answer = await signIn({ email: read('email'), password: read('password') })
    if (answer === 'code') setAsksCode(true)
    return answer
  }
  if (asksCode) {
    return (
      <AccountForm key="code" action="Go on" send={(read) => sendCode(read('code'), trusts)} onDone={onDone}>
        <TextInput
          label="Code"
          name="code"
          description="From your authenticator app, or one of your recovery codes."
          autoComplete="one-time-code"
          autoFocus
          required
          withAsterisk={false}
        />
        <Checkbox
          label="Do not ask on this device for 30 days"
          checked={trusts}
          onChange={(event) => setTrusts(event.currentTarget.checked)}
        />
        <Anchor component="button" type="button" size="sm" onClick={() => setAsksCode(false)}>
          Back
        </Anchor>
      </AccountForm>
    )
  }
  return (
    <AccountForm key="password" action="Sign in" send={sendPassword} onDone={onDone}>
      <EmailField />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
      />
    </AccountForm>
  )
}
