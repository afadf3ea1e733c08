/** Saving an edit over the version that was loaded; what somebody else saved meanwhile is met, and sent again where nothing is to be chosen. */
import { useCommand } from './command'
import type { Edit, Saved } from './conflict'

interface Ways<T, V> {
  send: (key: string) => Promise<V>
  newest: () => Promise<V | undefined>
  savedOf: (value: V) => Saved<T>
  /** What is sent beside the edit. */
  beside?: () => unknown
  after: (saved: V) => Promise<void> | void
}

export function useSaving<T extends object, V>(edit: Edit<T>, { send, newest, savedOf, beside, after }: Ways<T, V>) {
  const command = useCommand(send)
  const known = async () => {
    const one = await newest()
    return one && savedOf(one)
  }

  async function save(): Promise<void> {
    const saved = await command.go([edit.mine, edit.code.value, edit.version(), beside?.()])
    if (saved === undefined) {
      if (await edit.settle(command, known)) await save()
      return
    }
    edit.take(savedOf(saved))
    await after(saved)
  }

  return { ...command, save }
}
