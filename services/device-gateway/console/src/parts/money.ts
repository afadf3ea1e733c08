/** Money: minor units and a currency, shown with as many decimals as that currency has. */
import { useI18n } from 'vue-i18n'

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(language: string, currency: string): Intl.NumberFormat {
  const tag = language === 'zh' ? 'zh-CN' : 'en'
  const key = `${tag} ${currency}`
  const found = formats.get(key) ?? new Intl.NumberFormat(tag, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  formats.set(key, found)
  return found
}

export const decimalsOf = (currency: string): number => formatOf('en', currency).resolvedOptions().maximumFractionDigits ?? 2

export function useMoney() {
  const { locale } = useI18n()
  return (minor: number, currency: string | null | undefined): string => {
    const format = formatOf(locale.value, currency || 'CNY')
    return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
  }
}
