import { luhn } from '../checks.ts'
import { numberRules } from './number-rule.ts'

/** Numbers of devices that lead to their owner. */
export const device = numberRules([
  {
    // 3GPP TS 23.003: type allocation, serial number, Luhn
    name: 'imei',
    type: 'IMEI',
    digits: 15,
    shape: /\d{2}([- ]?)\d{6}\1\d{6}\1\d/,
    check: luhn,
    words: ['imei', 'handset', 'device id', 'device serial', 'equipment identity'],
    enough: 'word',
  },
])
