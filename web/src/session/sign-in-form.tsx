import { PasswordInput } from '@mantine/core'
import { signIn } from '../api/accounts.ts'
import { AccountForm, EmailField } from './account-form.tsx'

export function SignInForm({ onDone }: { onDone: () => void }) {
  return (
    <AccountForm
      action="Sign in"
      send={(read) => signIn({ email: read('email'), password: read('password') })}
      onDone={onDone}
    >
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
