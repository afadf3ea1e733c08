/** Today's order while somebody moves people in it: what it would be, before it is sent. */
import { computed, ref, watch } from 'vue'

export function moved(order: readonly string[], who: string, place: number): string[] {
  const others = order.filter((one) => one !== who)
  const at = Math.min(Math.max(place, 0), others.length)
  return [...others.slice(0, at), who, ...others.slice(at)]
}

export function useOrder(present: () => readonly string[]) {
  const draft = ref<string[] | null>(null)
  const order = computed(() => draft.value ?? [...present()])
  const changed = computed(() => draft.value !== null && draft.value.join() !== present().join())

  function move(who: string, place: number): void {
    draft.value = moved(order.value, who, place)
  }
  function takeBack(): void {
    draft.value = null
  }

  // who comes in or goes meanwhile makes a draft wrong; another order of the same people does not
  watch(() => [...present()].sort().join(), takeBack)
  return { changed, move, order, takeBack }
}
