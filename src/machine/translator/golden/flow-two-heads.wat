;; a loop that is entered at two places gets a dispatch
;;
;;   beqz a0, second
;;   first: addi a1, a1, 1
;;   beqz a1, out
;;   second: addi a2, a2, 1
;;   bnez a2, first
;;   out: ecall

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
        block $5
          (br_table $5 $4 $5 (i32.sub (local.get $entry) (i32.const 1)))
        end
        (local.set $entry (i32.const 0))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (i64.eqz (local.get $a0))
        if $6
          (local.set $entry (i32.const 3))
          (br $4)
        end
        (br $4)
      end
      loop $7
        block $8
          block $9
            block $10
              (i32.eqz (local.get $entry))
              if $11
                (br $10)
              end
              (br_table $10 $9 $10 (i32.sub (local.get $entry) (i32.const 2)))
            end
            (local.set $entry (i32.const 0))
            (i32.lt_s (local.get $left) (i32.const 4))
            (local.set $code (i32.const 513))
            (br_if $3)
            (local.set $left (i32.sub (local.get $left) (i32.const 2)))
            (local.set $a1 (i64.add (local.get $a1) (i64.const 1)))
            (i64.eqz (local.get $a1))
            if $12
              (br $8)
            end
            (br $9)
          end
          (local.set $entry (i32.const 0))
          (local.set $left (i32.sub (local.get $left) (i32.const 2)))
          (local.set $a2 (i64.add (local.get $a2) (i64.const 1)))
          (i32.eqz (i64.eqz (local.get $a2)))
          if $13
            (br $7)
          end
          (br $8)
        end
        (local.set $code (i32.const 2561))
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
(i64.store $X[11] (local.get $a1))
(i64.store $X[12] (local.get $a2))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
