import {
  IconApi,
  IconBell,
  IconClock,
  IconCloud,
  IconCode,
  IconDatabase,
  IconFile,
  IconKey,
  IconList,
  IconMail,
  IconMessage,
  IconPuzzle,
  IconSearch,
  type TablerIcon,
} from '@tabler/icons-react'
import type { StepIcon as StepIconName } from '../../../src/steps/icons.ts'

/** A step type gives the name of a picture, and never a picture: that of a foreign one could run a script, or load something. */
const ICONS: Readonly<Record<StepIconName, TablerIcon>> = {
  api: IconApi,
  bell: IconBell,
  chat: IconMessage,
  clock: IconClock,
  cloud: IconCloud,
  code: IconCode,
  database: IconDatabase,
  file: IconFile,
  key: IconKey,
  list: IconList,
  mail: IconMail,
  search: IconSearch,
}

const BY_NAME = new Map<string, TablerIcon>(Object.entries(ICONS))

/** The picture of a step type, beside its name. @param icon null: it has none, so that it gets that of all others. */
export function StepIcon({ icon }: { icon: string | null | undefined }) {
  const name = icon && BY_NAME.has(icon) ? icon : 'other'
  const Icon = BY_NAME.get(name) ?? IconPuzzle
  return <Icon size={16} className="step-icon" data-icon={name} aria-hidden />
}
