;; the same in 32 bits
;;
;;   divw a0, a1, a2
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $a2 (i64.load $X[12]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (local.set $scratch0 (local.get $a1))
      (local.set $scratch1 (local.get $a2))
      (local.set $word0 (i32.wrap_i64 (local.get $scratch0)))
      (local.set $word1 (i32.wrap_i64 (local.get $scratch1)))
      (local.set $a0
        (i64.extend_i32_s
          (select
            (i32.const -1)
            (i32.div_s
              (local.get $word0)
              (select
                (i32.const 1)
                (local.get $word1)
                (i32.or
                  (i32.eqz (local.get $word1))
                  (i32.and
                    (i32.eq (local.get $word1) (i32.const -1))
                    (i32.eq (local.get $word0) (i32.const -2147483648))))))
            (i32.eqz (local.get $word1)))))
      (local.set $code (i32.const 513))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[10] (local.get $a0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
