import { Radio, Stack } from '@mantine/core'
import type { Role } from '../gql/graphql.ts'
import { roles } from './roles.ts'

export function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  const choose = (value: string) => {
    const chosen = roles.find((it) => it.value === value)
    if (chosen) onChange(chosen.value)
  }
  return (
    <Radio.Group label="Role" value={role} onChange={choose}>
      <Stack gap="xs" mt={6}>
        {roles.map(({ value, label, hint }) => (
          <Radio key={value} value={value} label={label} description={hint} />
        ))}
      </Stack>
    </Radio.Group>
  )
}
