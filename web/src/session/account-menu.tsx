import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconLogout, IconShieldLock } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../api/accounts.ts'
import { type LaterMenuProps, useOpenedAtOnce } from '../dialogs/later-menu.tsx'
import { notifyProblem } from '../feedback/notify.ts'
import { useSession, useViewer } from './session.tsx'

const themes = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'As the system' },
] as const

/** The menu of the signed-in person: name, theme, and signing out. */
export function AccountMenu({ button }: LaterMenuProps) {
  const viewer = useViewer()
  const { restart } = useSession()
  const navigate = useNavigate()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const leave = async () => {
    const problem = await signOut()
    if (problem) return notifyProblem(problem)
    await navigate({ to: '/sign-in' })
    restart()
  }
  return (
    <Menu {...useOpenedAtOnce()} position="top-start" width={208}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="account-email">{viewer.email ?? viewer.name}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(chosen) => {
            const found = themes.find(({ value }) => value === chosen)
            if (found) setColorScheme(found.value)
          }}
        >
          {themes.map(({ value, label }) => (
            <Menu.RadioItem key={value} value={value}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconShieldLock size={16} aria-hidden />}
          onClick={() => void navigate({ to: '/security' })}
        >
          Security
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
