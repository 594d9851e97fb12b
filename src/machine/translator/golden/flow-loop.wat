;; a small loop is written several times, with one check of the budget
;;
;;   loop: addi a0, a0, -1
;;   add a1, a1, a0
;;   bnez a0, loop
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
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
      loop $5
        block $6
          (i32.lt_s (local.get $left) (i32.const 24))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $left (i32.sub (local.get $left) (i32.const 24)))
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i32.eqz (i64.eqz (local.get $a0))))
          if $7
            (local.set $left (i32.add (local.get $left) (i32.const 21)))
            (br $6)
          end
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i32.eqz (i64.eqz (local.get $a0))))
          if $8
            (local.set $left (i32.add (local.get $left) (i32.const 18)))
            (br $6)
          end
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i32.eqz (i64.eqz (local.get $a0))))
          if $9
            (local.set $left (i32.add (local.get $left) (i32.const 15)))
            (br $6)
          end
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i32.eqz (i64.eqz (local.get $a0))))
          if $10
            (local.set $left (i32.add (local.get $left) (i32.const 12)))
            (br $6)
          end
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i32.eqz (i64.eqz (local.get $a0))))
          if $11
            (local.set $left (i32.add (local.get $left) (i32.const 9)))
            (br $6)
          end
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i32.eqz (i64.eqz (local.get $a0))))
          if $12
            (local.set $left (i32.add (local.get $left) (i32.const 6)))
            (br $6)
          end
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i32.eqz (i64.eqz (local.get $a0))))
          if $13
            (local.set $left (i32.add (local.get $left) (i32.const 3)))
            (br $6)
          end
          (local.set $a0 (i64.add (local.get $a0) (i64.const -1)))
          (local.set $a1 (i64.add (local.get $a1) (local.get $a0)))
          (i32.eqz (i64.eqz (local.get $a0)))
          if $14
            (br $5)
          end
          (br $6)
        end
        (local.set $code (i32.const 1537))
        (br $3)
      end
      (unreachable)
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
(i64.store $X[11] (local.get $a1))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
