/** Light and dark: as the system has it, until somebody chooses. */
import { ref } from 'vue'

type Theme = 'light' | 'dark'

const KEPT = 'qiantai.theme'
const system = window.matchMedia('(prefers-color-scheme: dark)')
const chosen = () => localStorage.getItem(KEPT) as Theme | null

export const theme = ref<Theme>(chosen() ?? (system.matches ? 'dark' : 'light'))

export function paint(other?: Theme): void {
  if (other) localStorage.setItem(KEPT, other)
  theme.value = chosen() ?? (system.matches ? 'dark' : 'light')
  document.documentElement.classList.toggle('dark', theme.value === 'dark')
}

system.addEventListener('change', () => paint())
