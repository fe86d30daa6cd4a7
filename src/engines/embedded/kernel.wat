;; The inner loop of exact search: products of one question with many vectors of 8-bit codes, four of them at a time.
;; `node scripts/build-kernel.mjs` assembles it into kernel-code.ts, which is what runs.
;;
;; A record is the codes of a vector (i8, a multiple of 16 of them) and behind them its scale (f32): code times scale is
;; the number it stands for. The question is as many i16, and `unit` what one of them stands for.
(module
  (import "env" "memory" (memory 1 65536 shared))

  ;; Scores the records at `base` + each offset in `list`: `n` offsets (u32), with up to three more behind them that can be
  ;; read. Those that may score `floor` or more, their score being wrong by at most `slack` scales, are written to `out`:
  ;; the place in the list (u32), and 16,384 bytes behind it the score (f32). Returns how many.
  (func (export "near")
    (param $base i32) (param $list i32) (param $n i32) (param $codes i32) (param $question i32)
    (param $unit f32) (param $slack f32) (param $floor f32) (param $out i32) (result i32)
    (local $place i32) (local $from i32) (local $at i32) (local $end i32) (local $lanes i32)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $sumA v128) (local $sumB v128) (local $sumC v128) (local $sumD v128)
    (local $some v128) (local $scales v128) (local $scores v128)
    (local.set $from (local.get $out))
    (local.set $end (i32.add (local.get $question) (i32.shl (local.get $codes) (i32.const 1))))
    (block $done
      (loop $four
        (br_if $done (i32.ge_u (local.get $place) (local.get $n)))
        (local.set $a (i32.add (local.get $base) (i32.load (local.get $list))))
        (local.set $b (i32.add (local.get $base) (i32.load offset=4 (local.get $list))))
        (local.set $c (i32.add (local.get $base) (i32.load offset=8 (local.get $list))))
        (local.set $d (i32.add (local.get $base) (i32.load offset=12 (local.get $list))))
        (local.set $sumA (v128.const i32x4 0 0 0 0))
        (local.set $sumB (v128.const i32x4 0 0 0 0))
        (local.set $sumC (v128.const i32x4 0 0 0 0))
        (local.set $sumD (v128.const i32x4 0 0 0 0))
        (local.set $at (local.get $question))
        ;; eight products at a time, added in pairs to four sums of 32 bits
        (loop $sixteen
          (local.set $some (v128.load (local.get $at)))
          (local.set $sumA (i32x4.add (local.get $sumA)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s (local.get $a)))))
          (local.set $sumB (i32x4.add (local.get $sumB)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s (local.get $b)))))
          (local.set $sumC (i32x4.add (local.get $sumC)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s (local.get $c)))))
          (local.set $sumD (i32x4.add (local.get $sumD)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s (local.get $d)))))
          (local.set $some (v128.load offset=16 (local.get $at)))
          (local.set $sumA (i32x4.add (local.get $sumA)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s offset=8 (local.get $a)))))
          (local.set $sumB (i32x4.add (local.get $sumB)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s offset=8 (local.get $b)))))
          (local.set $sumC (i32x4.add (local.get $sumC)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s offset=8 (local.get $c)))))
          (local.set $sumD (i32x4.add (local.get $sumD)
            (i32x4.dot_i16x8_s (local.get $some) (v128.load8x8_s offset=8 (local.get $d)))))
          (local.set $a (i32.add (local.get $a) (i32.const 16)))
          (local.set $b (i32.add (local.get $b) (i32.const 16)))
          (local.set $c (i32.add (local.get $c) (i32.const 16)))
          (local.set $d (i32.add (local.get $d) (i32.const 16)))
          (local.set $at (i32.add (local.get $at) (i32.const 32)))
          (br_if $sixteen (i32.lt_u (local.get $at) (local.get $end))))
        ;; behind the codes now: the scales
        (local.set $scales
          (v128.load32_lane 3 (local.get $d)
          (v128.load32_lane 2 (local.get $c)
          (v128.load32_lane 1 (local.get $b)
          (v128.load32_zero (local.get $a))))))
        ;; four times four sums become one of each: a0+a1 b0+b1 a2+a3 b2+b3, c and d likewise, then a b c d
        (local.set $sumA (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $sumA) (local.get $sumB))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $sumA) (local.get $sumB))))
        (local.set $sumC (i32x4.add
          (i8x16.shuffle 0 1 2 3 16 17 18 19 8 9 10 11 24 25 26 27 (local.get $sumC) (local.get $sumD))
          (i8x16.shuffle 4 5 6 7 20 21 22 23 12 13 14 15 28 29 30 31 (local.get $sumC) (local.get $sumD))))
        (local.set $sumA (i32x4.add
          (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $sumA) (local.get $sumC))
          (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $sumA) (local.get $sumC))))
        (local.set $scores (f32x4.mul (local.get $scales)
          (f32x4.mul (f32x4.convert_i32x4_s (local.get $sumA)) (f32x4.splat (local.get $unit)))))
        ;; hardly ever any, once the floor has risen
        (local.set $lanes (i32x4.bitmask (f32x4.ge
          (f32x4.add (local.get $scores) (f32x4.mul (local.get $scales) (f32x4.splat (local.get $slack))))
          (f32x4.splat (local.get $floor)))))
        (if (local.get $lanes)
          (then
            (if (i32.and (local.get $lanes) (i32.const 1))
              (then
                (i32.store (local.get $out) (local.get $place))
                (f32.store offset=16384 (local.get $out) (f32x4.extract_lane 0 (local.get $scores)))
                (local.set $out (i32.add (local.get $out) (i32.const 4)))))
            (if (i32.and (i32.and (i32.shr_u (local.get $lanes) (i32.const 1)) (i32.const 1))
                (i32.lt_u (i32.add (local.get $place) (i32.const 1)) (local.get $n)))
              (then
                (i32.store (local.get $out) (i32.add (local.get $place) (i32.const 1)))
                (f32.store offset=16384 (local.get $out) (f32x4.extract_lane 1 (local.get $scores)))
                (local.set $out (i32.add (local.get $out) (i32.const 4)))))
            (if (i32.and (i32.and (i32.shr_u (local.get $lanes) (i32.const 2)) (i32.const 1))
                (i32.lt_u (i32.add (local.get $place) (i32.const 2)) (local.get $n)))
              (then
                (i32.store (local.get $out) (i32.add (local.get $place) (i32.const 2)))
                (f32.store offset=16384 (local.get $out) (f32x4.extract_lane 2 (local.get $scores)))
                (local.set $out (i32.add (local.get $out) (i32.const 4)))))
            (if (i32.and (i32.and (i32.shr_u (local.get $lanes) (i32.const 3)) (i32.const 1))
                (i32.lt_u (i32.add (local.get $place) (i32.const 3)) (local.get $n)))
              (then
                (i32.store (local.get $out) (i32.add (local.get $place) (i32.const 3)))
                (f32.store offset=16384 (local.get $out) (f32x4.extract_lane 3 (local.get $scores)))
                (local.set $out (i32.add (local.get $out) (i32.const 4)))))))
        (local.set $list (i32.add (local.get $list) (i32.const 16)))
        (local.set $place (i32.add (local.get $place) (i32.const 4)))
        (br $four)))
    (i32.shr_u (i32.sub (local.get $out) (local.get $from)) (i32.const 2))))
